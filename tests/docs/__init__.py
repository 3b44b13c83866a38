"""Tests of the documents README, CONTRIBUTING, DECISIONS and every page of docs/: they must stay true.

For the author of a document:

- Fence the commands that a reader runs with ```sh. The test runs the blocks of a document in order, in the same bash,
  against a demonstration server that has just started. The server's address replaces http://127.0.0.1:8000. The test
  fails if a command fails or curl gets an HTTP error. `make X`, and `kvittens run`, `serve` and `migrate`, need only
  exist.
- Write ```sh no-run for a block that the test must not run, such as a block with a name for the reader to fill in. Its
  paths are not checked.
- Indent text that is only read, or fence it without `sh`: `make run` alone, output, a tree of folders.
- These must exist: a path, a rule id, `make X`, `kvittens X`, a call (`GET /api/worklist`), a setting (`KVITTENS_PORT`)
  and a link. Write `<county>` or `*` for a variable part of a path, and `{case}` or `…` for a variable part of a call.

docs/rules.md is generated: `make docs`.
"""
