"""What each feature domain adds."""
