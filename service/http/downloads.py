"""The download of an agreement's own document, the same on every face."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from domain.versions.document import AttachedDocument
from service.agreements.versions import name_file
from service.http.etags import is_known
from service.reads.catalogue import Version
from service.reads.documents import Documents


def answer_document(
    request: HttpRequest, documents: Documents, version: Version, document: AttachedDocument
) -> Response:
    """Answer with the bytes of a document, as a file to keep and not to show; 304 if the client has it already."""
    headers = {
        "ETag": f'"{document.digest}"',
        "Content-Disposition": f'attachment; filename="{name_file(version, document)}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    if is_known(request.headers.get("if-none-match"), document.digest):
        return Response(status_code=304, headers=headers)
    return Response(documents.read(version, document), 200, headers, media_type=document.media_type)
