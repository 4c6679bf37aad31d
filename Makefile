# One command per need, the same for people, hooks and CI. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run test check fix bench faults partition clean
IN_VENV := .venv/bin/python

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 14

run: ## open the city on this machine; Ctrl-C stops it
	@sh tools/setup.sh run
	@.venv/bin/tongban run --until-parent-ends

test: ## run all tests, in a real browser too
	@sh tools/setup.sh dev
	@sh tools/setup.sh browser
	@$(IN_VENV) tools/tests.py

check: ## format, lint, types, architecture, city pack, documentation
	@sh tools/setup.sh dev
	@$(IN_VENV) tools/check.py

fix: ## mend what a machine can mend: format, imports, generated pages
	@sh tools/setup.sh dev
	@$(IN_VENV) tools/check.py --fix

bench: ## measure every promise of speed and draw docs/reference/speed.md
	@sh tools/setup.sh dev
	@$(IN_VENV) -m benchmarks

faults: ## kill server, worker and database while 2,000 applications are handed in and 5,000 calls made; nothing may be lost
	@sh tools/setup.sh dev
	@$(IN_VENV) tools/faults.py

partition: ## as root on Linux: one city and three districts in networks of their own, one cut off, one killed
	@sh tools/setup.sh dev
	@TONGBAN_TEST_NAMESPACES=1 $(IN_VENV) -m pytest tests/runtime/nodes -q -n0

clean: ## forget everything this checkout has installed and stored, the database too
	@.venv/bin/tongban db stop || true
	rm -rf .venv var
