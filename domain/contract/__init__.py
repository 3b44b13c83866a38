"""The record of one agreement version in a county: submitted, signed, published, followed up, added to, ended."""
