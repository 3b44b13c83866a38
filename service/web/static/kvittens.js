// Shows the time of the slider of T while it moves. The page works without this.
(function () {
  var slider = document.getElementById("slider");
  if (!slider) return;
  var output = document.getElementById("slider-time");
  var start = Number(slider.dataset.start);
  var format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: "Europe/Stockholm", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit",
  });
  var markers = document.querySelectorAll(".marker");
  slider.addEventListener("input", function () {
    output.textContent = format.format(new Date(start + Number(slider.value) * 60000));
    var at = (100 * slider.value) / slider.max + "%";
    markers.forEach(function (marker) { marker.setAttribute("x", at); });
  });
  slider.addEventListener("pointerup", function () { slider.form.requestSubmit(); });
})();
