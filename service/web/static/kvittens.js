// Names the event that the slider of T stands on while it moves. The page works without this.
(function () {
  var slider = document.getElementById("slider");
  if (!slider) return;
  var told = document.getElementById("slider-event");
  var markers = document.querySelectorAll(".marker");
  slider.addEventListener("input", function () {
    var moment = slider.list.options[slider.value];
    told.textContent = moment.label;
    slider.setAttribute("aria-valuetext", moment.label);
    markers.forEach(function (marker) { marker.setAttribute("x", moment.dataset.x + "%"); });
  });
  slider.addEventListener("pointerup", function () { slider.form.requestSubmit(); });
})();
