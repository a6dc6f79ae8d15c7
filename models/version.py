"""The version: read by the window, by the requests that we send and by the build of the wheel."""

VERSION = "0.1.0"
