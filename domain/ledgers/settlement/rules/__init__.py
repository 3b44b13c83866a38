"""Rules that acts on settlement share: the parts of the version's text, and the sums and days that follow from them."""
