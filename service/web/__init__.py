"""The pages: server-rendered, in Swedish first, for people who are signed in.

The pages only read. They decide nothing and record nothing, they know nothing of FHIR but the stored bytes that they
show, and they work without scripts.
"""
