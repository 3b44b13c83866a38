"""The JSON face: every act by its name, replay, responsibility, worklist. Errors are problem details (RFC 9457)."""
