// Package deskui has what several subjects of the desk share: the data of the town and the colleagues by
// their names, words, paths, and components of pages. It answers no request.
package deskui
