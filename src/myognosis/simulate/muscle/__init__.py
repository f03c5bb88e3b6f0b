"""The muscle: where its fibres lie and whose they are, the force they make, the limb that it moves."""
