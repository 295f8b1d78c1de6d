// Package siteui has what several subjects of the site share: pages of text, feeds, answers in words, paths.
// It answers no request.
package siteui
