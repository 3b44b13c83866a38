"""The request between the principals: need, vårdbegäran, joint assessment, level, disagreement (catalogue C.1)."""
