"""The session: no page without a token, and no form from another site."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import jwt
import pytest

from service.bootstrap import Services
from service.directory import find_actor
from service.security.tokens import issue
from service.web.session import choose_page
from tests.live import NURSE_A
from tests.web.cases import LiveCase
from tests.web.conftest import SAME_ORIGIN, Browser
from tests.web.html import Page


def token(services: Services) -> str:
    actor = find_actor(services.directories, NURSE_A)
    assert actor is not None
    return issue(actor, key=services.token_key, now=datetime.now(UTC))


def test_without_a_token_every_page_is_the_sign_in_form_and_shows_nothing(
    module_address: str, discharged: LiveCase
) -> None:
    for path in ("/", f"/cases/{discharged.id}", f"/cases/{discharged.id}/resources/Task/x"):
        answer = httpx.get(module_address + path)
        assert answer.status_code == 401
        page = Page(answer.text)
        assert page.all("textarea", name="token")
        assert page.all("input", name="next", value=path)
        assert "Testsson" not in answer.text


def test_a_pasted_token_signs_in_and_scripts_and_other_sites_cannot_reach_it(
    module_services: Services, module_address: str
) -> None:
    form = {"token": token(module_services), "next": "/cases/x?t=1"}
    answer = httpx.post(f"{module_address}/sign-in", data=form, headers=SAME_ORIGIN)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/cases/x?t=1"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie
    assert "token" not in answer.headers["Location"]


def test_a_token_with_another_signature_does_not_sign_in(module_services: Services, module_address: str) -> None:
    claims = jwt.decode(token(module_services), options={"verify_signature": False})
    for bad in (jwt.encode(claims, "x" * 48, algorithm="HS256"), "not a token", ""):
        answer = httpx.post(f"{module_address}/sign-in", data={"token": bad}, headers=SAME_ORIGIN)
        assert answer.status_code in {400, 401}
        assert "Set-Cookie" not in answer.headers


def test_a_token_that_has_expired_shows_the_form_again_and_says_so(
    module_services: Services, module_address: str
) -> None:
    claims = jwt.decode(token(module_services), options={"verify_signature": False})
    claims["exp"] = datetime.now(UTC) - timedelta(seconds=1)
    expired = jwt.encode(claims, module_services.token_key, algorithm="HS256")
    answer = httpx.get(module_address, cookies={"kvittens": expired})
    assert answer.status_code == 401
    assert "gäller inte längre" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {},
    ],
    ids=str,
)
def test_a_form_from_another_site_is_refused(module_address: str, headers: dict[str, str]) -> None:
    form = {"person": NURSE_A, "unit": "SE2120000001-HSVEKEBY"}
    answer = httpx.post(f"{module_address}/sign-in/demonstration", data=form, headers=headers)
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


def test_a_browser_that_only_sends_origin_may_sign_in(module_address: str) -> None:
    form = {"person": NURSE_A, "unit": "SE2120000001-HSVEKEBY"}
    answer = httpx.post(f"{module_address}/sign-in/demonstration", data=form, headers={"Origin": module_address})
    assert answer.status_code == 303


def test_a_form_is_read_of_nobody_who_is_not_signed_in(module_address: str, nurse: Browser) -> None:
    """The form has more fields than can be read."""
    form = {f"field{number}": "x" for number in range(1001)}
    path = f"/cases/{uuid4()}/acknowledge-referral"
    assert httpx.post(f"{module_address}{path}", data=form, headers=SAME_ORIGIN).status_code == 401
    assert nurse.post(path, data=form).status_code == 403  # it does not say where it comes from
    assert nurse.post(path, data=form, headers=SAME_ORIGIN).status_code == 400


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/demonstration", "/sign-out"])
def test_a_form_that_anybody_can_send_is_small(module_address: str, path: str) -> None:
    answer = httpx.post(f"{module_address}{path}", data={"token": "x" * 20_000}, headers=SAME_ORIGIN)
    assert answer.status_code == 413


def test_signing_out_removes_the_cookie(nurse: Browser) -> None:
    assert nurse.get("/").status_code == 200
    assert nurse.post("/sign-out", headers=SAME_ORIGIN).status_code == 303
    assert nurse.get("/").status_code == 401


def test_a_real_record_lists_nobody_and_gives_nobody_a_token(module_services: Services, module_address: str) -> None:
    demonstration = module_services.settings
    object.__setattr__(module_services, "settings", demonstration.model_copy(update={"demonstration": False}))
    try:
        assert NURSE_A not in httpx.get(module_address).text
        form = {"person": NURSE_A, "unit": "SE2120000001-HSVEKEBY"}
        answer = httpx.post(f"{module_address}/sign-in/demonstration", data=form, headers=SAME_ORIGIN)
        assert answer.status_code == 404
        assert "Set-Cookie" not in answer.headers
    finally:
        object.__setattr__(module_services, "settings", demonstration)


@pytest.mark.parametrize("path", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "x", "/a\nb"])
def test_signing_in_never_leads_to_another_site(path: str) -> None:
    assert choose_page(path) == "/"


def test_every_answer_has_the_strict_headers_and_is_never_cached(
    nurse: Browser, module_address: str, discharged: LiveCase
) -> None:
    answers = [nurse.get(path) for path in ("/", f"/cases/{discharged.id}", "/cases/x", "/nowhere")]
    answers += [httpx.get(module_address), nurse.request("DELETE", "/"), nurse.get("/?t=x")]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"
        page = Page(answer.text)
        assert not page.all("style")
        assert all("style" not in found and not any(key.startswith("on") for key in found) for _, found in page.tags)
        assert all(found.get("src", "").startswith("/static/") for found in page.all("script"))  # type: ignore[union-attr]


def test_anybody_gets_style_script_and_picture_and_nothing_else(module_address: str) -> None:
    for name, kind in (("kvittens.css", "text/css"), ("kvittens.js", "text/javascript"), ("kvittens.svg", "image/svg")):
        answer = httpx.get(f"{module_address}/static/{name}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith(kind)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert httpx.get(f"{module_address}/static/..%2f__init__.py").status_code == 404
