"""Self-care (egenvård): judged case by case, answered for by somebody, and handed over or moved only as agreed."""
