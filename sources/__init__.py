"""Where tables come from: SBA loans, US firms, a simulated portfolio, a bank's own files or database."""
