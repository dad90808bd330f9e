"""What the example services share: their pages, and what these show."""
