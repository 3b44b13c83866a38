"""Acts on the record of an agreement version: submit, sign, publish, follow up, add to, end.

The events and the state of the record are in `domain/versions`, because every act asks which version is in force.
"""
