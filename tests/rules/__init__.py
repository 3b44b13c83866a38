"""The rules of the catalogue and the proof that they are kept: `make rules` reports, `make prove` breaks them."""
