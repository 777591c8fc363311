"""Help pages for everybody, the guided tour, and which page explains which."""
