"""The simulated portfolio: an untidy book of loans whose truth is known."""
