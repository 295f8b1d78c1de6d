// Package audit keeps an append-only record of who did or read what, and when.
package audit
