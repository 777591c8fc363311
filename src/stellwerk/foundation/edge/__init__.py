"""What every room's pages and endpoints share: request ids, actors on requests, refusals as pages."""
