"""Rules that several acts on a case share: responsibility, steps, criteria, contents and eligibility."""
