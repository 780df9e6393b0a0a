"""What the record says about the unknowns: priors with sources, likelihood, fit, diagnostics, proof."""
