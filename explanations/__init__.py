"""Why a PD is what it is: exact contributions, domain sums, reasons."""
