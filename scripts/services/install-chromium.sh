#!/usr/bin/env bash
# The browser of the viewer's tests: Debian's chromium, with a font. Nothing is done where one is installed.
NAME=chromium
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
env_name() { echo PATH; }
command -v chromium >/dev/null || install_packages chromium fonts-dejavu-core
