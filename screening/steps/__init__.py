"""What becomes of steps: ticked off, planned and followed up in samråd, and what the principal decides."""
