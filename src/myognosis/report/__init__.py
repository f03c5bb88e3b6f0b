"""One page of results, resolved in one language, and the faces it is shown with: terminal, HTML, PDF."""
