"""Inskrivning in municipal home care: commitment, start, handover, discharge (catalogue C.3)."""
