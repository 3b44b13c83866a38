"""Tests that the documents stay true: README, CONTRIBUTING, DECISIONS and every page of docs/.

For the author of a document:

- Fence what a reader runs with ```sh. The blocks of a document run in order, in one bash, against a demonstration
  server that has just started; its address stands in for http://127.0.0.1:8000. A command that fails, and an HTTP error
  that curl gets, fail the test. `make X`, and `kvittens run`, `serve` and `migrate`, are only checked to exist.
- Write ```sh no-run for a block that is not to be run, for example one with a name that the reader fills in; its paths
  are not looked for.
- Indent, or fence without `sh`, what is read and not run: `make run` alone, output, a tree of folders.
- These must exist: a path, a rule id, `make X`, `kvittens X`, a call (`GET /api/worklist`), a setting (`KVITTENS_PORT`)
  and a link. Write `<county>` or `*` for the part of a path that varies, and `{case}` or `…` for that of a call.

docs/rules.md is generated: `make docs`.
"""
