package surveys

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"ascolto/internal/civic"
)

// Place asks where something is: a street with its number, a district of the town, coordinates, or some of
// these.
const Place Kind = "place"

// ByLine is how one line of own words is answered.
const ByLine Way = "line"

// The parts of a place.
const (
	partStreet   = "street"
	partDistrict = "district"
	partLat      = "lat"
	partLon      = "lon"
)

// The bounds of a place. Coordinates are degrees of WGS 84, within the box that Italy lies in.
const (
	MaxStreet    = 200 // characters
	MinPrecision = 2   // digits after the point: about a kilometre
	MaxPrecision = 5   // about a metre
	leastLat     = 35.0
	mostLat      = 47.2
	leastLon     = 6.5
	mostLon      = 18.6
)

// NoDistrict is the code of places whose district nobody told.
const NoDistrict = "none"

// noDistrict is what the interface calls it.
var noDistrict = civic.Text{civic.Italian: "Quartiere non indicato", civic.English: "District not given"}

// placeKind is a choice of a district with a street and coordinates beside it. Its options are the districts
// of the town when the question was last saved.
type placeKind struct{ choice }

func (placeKind) name() Kind { return Place }

func (placeKind) settings() []Setting {
	return []Setting{{Name: "precision", Least: MinPrecision, Most: MaxPrecision,
		Whole: func(d *Details) *int { return &d.Precision }}}
}

// fresh keeps coordinates to about a hundred metres until somebody says otherwise.
func (placeKind) fresh(q *Question) {
	if q.Precision == 0 {
		q.Precision = 3
	}
}

func (placeKind) clean(q *Question, p *civic.Problems) {
	if q.Precision < MinPrecision || q.Precision > MaxPrecision {
		p.Add("precision", "surveys.error.precision", civic.Args{"Min": MinPrecision, "Max": MaxPrecision})
	}
}

func (placeKind) lacking(Question, *civic.Problems) {}

// offerDistricts puts the districts of the town into a question about a place.
func (q *Question) offerDistricts(districts []Option) {
	if q.Kind == Place {
		q.Options = append(slices.Clone(districts), Option{Code: NoDistrict, Label: noDistrict})
	}
}

func (placeKind) inputs(q Question) []Input {
	return []Input{
		{Part: partStreet, Say: "surveys.part.street", By: ByLine, MaxLength: MaxStreet, Empty: true},
		{Part: partDistrict, Say: "surveys.part.district", By: ByPick, Options: q.Options, Empty: true},
		{Part: partLat, Say: "surveys.part.lat", By: ByNumber, Empty: true},
		{Part: partLon, Say: "surveys.part.lon", By: ByNumber, Empty: true},
	}
}

func (placeKind) aid(q Question) Aid { return Aid{Name: "place", Value: strconv.Itoa(q.Precision)} }

func (placeKind) hint(q Question) *civic.Message {
	return &civic.Message{Key: "surveys.choose.place", Args: civic.Args{"Digits": q.Precision}}
}

// typedDigits is how many digits after the point a coordinate may be typed with; it is kept with fewer.
const typedDigits = 15

func (k placeKind) parse(q Question, typed TypedAnswer) (Answer, error) {
	var p civic.Problems
	a := Answer{Question: q.Code}
	street, err := civic.CleanLine(typed.one(partStreet), MaxStreet)
	p.Check(partStreet, err)
	a.Text = street
	if code := typed.one(partDistrict); code != "" {
		a.Codes = []string{code}
	}
	for _, part := range []string{partLat, partLon} {
		n, err := parseNumber(typed.one(part), typedDigits)
		p.Check(part, err)
		if err == nil && n != nil {
			a.Parts = append(a.Parts, Answer{Question: part, Number: n})
		}
	}
	if err := p.Err(); err != nil {
		return Answer{Question: q.Code, Text: street}, err
	}
	return k.normal(q, a)
}

func (placeKind) typed(a Answer, language string) TypedAnswer {
	typed := TypedAnswer{partStreet: {a.Text}, partDistrict: a.Codes}
	for _, part := range a.Parts {
		typed[part.Question] = numberKind{}.typed(part, language)[""]
	}
	return typed
}

// normal rounds coordinates to what the question keeps, and says of a place without a district that it has
// none. Coordinates are both there or neither.
func (placeKind) normal(q Question, a Answer) (Answer, error) {
	var p civic.Problems
	kept := Answer{Question: q.Code, Text: a.Text}
	district := NoDistrict
	if len(a.Codes) > 0 {
		district = a.Codes[0]
	}
	if len(a.Codes) > 1 || !slices.Contains(q.Codes(), district) {
		p.Add(partDistrict, "surveys.error.option")
	}
	if len([]rune(a.Text)) > MaxStreet {
		p.Add(partStreet, "surveys.error.street", civic.Args{"Max": MaxStreet})
	}
	lat, lon := a.part(partLat).Number, a.part(partLon).Number
	bound := func(part string, n *float64, least, most float64) {
		if n != nil && !(*n >= least && *n <= most) {
			p.Add(part, "surveys.error.coordinate",
				civic.Args{"Least": civic.Decimal(least), "Most": civic.Decimal(most)})
		}
	}
	bound(partLat, lat, leastLat, mostLat)
	bound(partLon, lon, leastLon, mostLon)
	switch {
	case lat == nil && lon != nil:
		p.Add(partLat, "surveys.error.coordinate_half")
	case lat != nil && lon == nil:
		p.Add(partLon, "surveys.error.coordinate_half")
	}
	if err := p.Err(); err != nil {
		return kept, err
	}
	if lat != nil {
		kept.Parts = []Answer{{Question: partLat, Number: rounded(*lat, q.Precision)},
			{Question: partLon, Number: rounded(*lon, q.Precision)}}
	}
	if district != NoDistrict || kept.Text != "" || lat != nil {
		kept.Codes = []string{district}
	}
	return kept, nil
}

// rounded returns a number with so many digits after the point.
func rounded(n float64, digits int) *float64 {
	unit := math.Pow10(digits)
	n = math.Round(n*unit) / unit
	return &n
}

func (placeKind) inWords(q Question, a Answer, language, _ string) []string {
	var words []string
	if a.Text != "" {
		words = append(words, a.Text)
	}
	for _, code := range a.Codes {
		if code != NoDistrict {
			words = append(words, q.Label(code, language))
		}
	}
	if lat, lon := a.part(partLat).Number, a.part(partLon).Number; lat != nil && lon != nil {
		words = append(words, localNumber(*lat, language)+"; "+localNumber(*lon, language))
	}
	if len(words) == 0 {
		return nil
	}
	return []string{strings.Join(words, ", ")}
}

func (placeKind) columns(Question) []Column {
	return []Column{{State: true}, {Suffix: labelSuffix}, {Suffix: "_" + partStreet}, {Suffix: "_" + partLat},
		{Suffix: "_" + partLon}}
}

func (placeKind) fillCells(q Question, a Answer, language, _ string, cells map[string]string) {
	cells["_"+partStreet] = a.Text
	for _, code := range a.Codes {
		cells[""], cells[labelSuffix] = code, q.Label(code, language)
	}
	for _, part := range a.Parts {
		if part.Number != nil {
			cells["_"+part.Question] = localNumber(*part.Number, language)
		}
	}
}
