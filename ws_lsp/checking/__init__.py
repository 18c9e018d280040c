"""How files are checked: what a rule is and sees, and what runs the rules."""
