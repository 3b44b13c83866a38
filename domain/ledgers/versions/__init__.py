"""Acts on the record of an agreement version: submit, sign, publish, follow up, add to, end."""
