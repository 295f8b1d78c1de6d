package siteui

import (
	"net/url"

	"ascolto/web/page"
)

// The addresses of a survey.
const SurveysPath = "/sondaggi"

// SurveyPath returns where a survey is answered.
func SurveyPath(slug string) string { return SurveysPath + "/" + slug }

// SurveyResultsPath returns where the results of a survey are shown.
func SurveyResultsPath(slug string) string { return SurveyPath(slug) + "/risultati" }

// SignInAgain returns where somebody signs in once more, to be led to a path.
func SignInAgain(to string) string {
	return "/accedi?" + url.Values{page.ReturnParam: {to}, AgainParam: {"1"}}.Encode()
}

// AgainParam asks somebody who is signed in to sign in once more.
const AgainParam = "di_nuovo"
