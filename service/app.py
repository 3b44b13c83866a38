"""The application: pages at /, FHIR at /fhir, acts at /api."""

from fastapi import FastAPI
from starlette.routing import Route

from service.api.routes import create_api
from service.bootstrap import Services
from service.fhir.app import AtBase, create_fhir
from service.http.readiness import Readiness
from service.web.routes import create_pages


def create_app(services: Services) -> FastAPI:
    """Create the application: its three faces and the readiness check."""
    app = FastAPI(title="Kvittens", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services = services
    app.mount("/api", create_api(services))
    fhir = create_fhir(services)
    app.mount("/fhir", fhir)
    app.router.routes.append(Route("/fhir", AtBase(fhir, "/fhir")))
    app.add_route("/health", Readiness(services.pool, services.settings.cluster).answer)
    app.mount("/", create_pages(services))  # must be last, because it matches every path
    return app
