package surveys

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"ascolto/internal/civic"
)

// NumberTyped returns a number that somebody typed in a language as it is typed in Italian, where the comma
// is before decimals and points part thousands; what is typed in Italian, and what is no number, as it is.
func NumberTyped(typed, language string) string {
	if language != civic.English || !englishNumber.MatchString(typed) {
		return typed
	}
	return strings.Replace(strings.ReplaceAll(typed, ",", ""), ".", ",", 1)
}

// englishNumber is what is a number in English and may be another one in Italian.
var englishNumber = regexp.MustCompile(`^\s*[-+−]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?\s*$`)

// parseNumber returns the number that somebody typed as people write them, nil when nothing was: 1500, 1.500,
// 1 500, 2,5 and 2.5. A single point before exactly three digits parts thousands, unless as many digits are
// allowed after it; a single comma never does. It returns an Invalid error for what is no number or is more
// exact than decimals digits after the point.
func parseNumber(typed string, decimals int) (*float64, error) {
	s := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u00A0', '\u202F', '\u2009', '\'', '’':
			return -1
		case '−':
			return '-'
		}
		return r
	}, strings.TrimSpace(typed))
	if s == "" {
		return nil, nil
	}
	unread := civic.NewError(civic.Invalid, "surveys.error.number")
	sign, digits := "", s
	if digits[0] == '-' || digits[0] == '+' {
		sign, digits = strings.Trim(digits[:1], "+"), digits[1:]
	}
	whole, part, ok := splitNumber(digits, decimals)
	if !ok {
		return nil, unread
	}
	n, err := strconv.ParseFloat(sign+whole+"."+part+"0", 64)
	switch {
	case err != nil || math.Abs(n) > MaxNumber:
		return nil, unread
	case len(part) == 3 && decimals < 3 && len(whole) <= 3 && whole[0] != '0':
		return nil, civic.NewErrorArgs(civic.Invalid, "surveys.error.number_comma",
			civic.Args{"Typed": strings.TrimSpace(typed), "Plain": sign + whole + part})
	case len(strings.TrimRight(part, "0")) > decimals:
		return nil, tooExact(decimals)
	}
	n += 0 // not -0
	return &n, nil
}

func tooExact(decimals int) error {
	if decimals == 0 {
		return civic.NewError(civic.Invalid, "surveys.error.number_whole")
	}
	return civic.NewErrorArgs(civic.Invalid, "surveys.error.number_decimals", civic.Args{"Count": decimals})
}

// splitNumber returns the digits before and after the decimal point; ok is false for what is not written like
// a number.
func splitNumber(s string, decimals int) (whole, part string, ok bool) {
	whole = s
	if at := strings.LastIndexAny(s, ".,"); at >= 0 {
		mark := s[at : at+1]
		several := strings.Count(s, mark) > 1
		mixed := strings.ContainsAny(s[:at], strings.Trim(".,", mark))
		thousands := mark == "." && len(s)-at-1 == 3 && at >= 1 && at <= 3 && s[0] != '0' && decimals < 3
		if !several && (mixed || !thousands) {
			whole, part = s[:at], s[at+1:]
			if part == "" {
				return "", "", false
			}
		}
	}
	groups := strings.FieldsFunc(whole, func(r rune) bool { return r == '.' || r == ',' })
	if len(groups) == 0 || strings.Count(whole, ".") > 0 && strings.Count(whole, ",") > 0 {
		return "", "", false
	}
	for i, group := range groups {
		if len(groups) > 1 && (i > 0 && len(group) != 3 || len(group) > 3) {
			return "", "", false
		}
	}
	if strings.Count(whole, ".")+strings.Count(whole, ",") != len(groups)-1 {
		return "", "", false
	}
	whole = strings.Join(groups, "")
	return whole, part, onlyDigits(whole + part)
}

func onlyDigits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// plainNumber writes a number in the one way that conditions and stored bounds have: 1500, -2.5.
func plainNumber(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// localNumber writes a number as it is typed in a language, without marks between thousands.
func localNumber(n float64, language string) string {
	if language == civic.Italian {
		return strings.Replace(plainNumber(n), ".", ",", 1)
	}
	return plainNumber(n)
}

func digitsAfterPoint(plain string) int {
	_, part, _ := strings.Cut(plain, ".")
	return len(part)
}

// median returns the middle of numbers in order, the mean of the two middle ones where their count is even;
// numbers must not be empty.
func median(numbers []NumberCount) float64 {
	total := 0
	for _, v := range numbers {
		total += v.N
	}
	at := func(rank int) float64 {
		for _, v := range numbers {
			if rank -= v.N; rank < 0 {
				return v.Value
			}
		}
		return numbers[len(numbers)-1].Value
	}
	return (at((total-1)/2) + at(total/2)) / 2
}

// maxClasses is how many bars a chart of numbers has at most.
const maxClasses = 10

// classes counts numbers in classes of equal width whose limits are round; whole numbers in a narrow range
// each have their own. The last ends at most, the greatest number that may be answered. digits is how many
// digits the numbers have after the point.
func classes(numbers []NumberCount, digits int, most float64) []OptionResult {
	unit := numberUnit(digits)
	low, high := numbers[0].Value, numbers[len(numbers)-1].Value
	width := unit
	for next := 0; math.Floor(high/width)-math.Floor(low/width) >= maxClasses; next++ {
		width = unit * math.Pow(10, float64(next/3)) * []float64{2, 5, 10}[next%3]
	}
	first := math.Floor(low/width + 1e-9)
	counted := make([]OptionResult, int(math.Floor(high/width+1e-9)-first)+1)
	for i := range counted {
		from := (first + float64(i)) * width
		counted[i] = OptionResult{Code: strconv.FormatFloat(from, 'f', digits, 64), Label: civic.TextOf(
			func(language string) string {
				return classLabel(from, min(from+width-unit, max(from, most)), digits, language)
			})}
	}
	for _, v := range numbers {
		counted[int(math.Floor(v.Value/width+1e-9)-first)].N += v.N
	}
	return counted
}

// numberUnit returns the distance between numbers of so many digits after the point.
func numberUnit(digits int) float64 { return math.Pow(10, -float64(digits)) }

// codeNumber returns the number that the code of a class is.
func codeNumber(code string) float64 {
	n, _ := strconv.ParseFloat(code, 64) // it was written by classes
	return n
}

// numberWritten writes a number as it is read in a language: 1.234,5 in Italian, −1,234.5 in English.
func numberWritten(n float64, digits int, language string) string {
	thousands, point := ".", ","
	if language != civic.Italian {
		thousands, point = point, thousands
	}
	whole, part, found := strings.Cut(strconv.FormatFloat(math.Abs(n), 'f', digits, 64), ".")
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + thousands + whole[at:]
	}
	if found {
		whole += point + part
	}
	if n < 0 && strings.Trim(whole, "0.,") != "" {
		return "−" + whole
	}
	return whole
}

func classLabel(from, to float64, digits int, language string) string {
	a, b := numberWritten(from, digits, language), numberWritten(to, digits, language)
	if a == b {
		return a
	}
	return a + " – " + b
}

// LocalBound writes a bound, or what a condition compares with, as it is typed in a language; a day stays as
// it is.
func LocalBound(bound, language string) string {
	n, err := strconv.ParseFloat(bound, 64)
	if err != nil {
		return bound
	}
	return localNumber(n, language)
}
