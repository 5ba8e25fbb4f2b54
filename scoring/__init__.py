"""Tables to decisions with reasons: one assembly used by the batch job, the pipeline and the page."""
