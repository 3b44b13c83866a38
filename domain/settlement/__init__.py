"""Money between the parties: yearly rates, monthly invoices, yearly supplements, and care of those from elsewhere."""
