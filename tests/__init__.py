"""The tests: models, services, gui, engine, bench and the world they run in."""
