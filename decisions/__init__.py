"""From a tolerance to a decision: certified PD cut-offs, and approve, refer or decline; numbers and policy only."""
