"""Money between the parties: yearly rates, monthly invoices, yearly supplements, costs of care for non-residents."""
