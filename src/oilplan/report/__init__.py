"""Tables and figures that the command line and the page share: one place for each."""
