"""The bank's and the regulator's figures: dated, sourced YAML, and the loader that answers «in force on this day»."""
