package fiscalcode

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Random people: what Compose makes, Parse reads back, and it fits.
func TestComposeParse(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		want := Data{
			FamilyName: randomName(r), GivenName: randomName(r),
			Birth:  day(1927, time.January, 1).AddDate(0, 0, r.IntN(99*365)),
			Gender: Male + Gender(r.IntN(2)),
			Place: string([]byte{'A' + byte(r.IntN(26)), '0' + byte(r.IntN(10)), '0' + byte(r.IntN(10)),
				'0' + byte(r.IntN(10))}),
		}
		c, err := Compose(want)
		if err != nil {
			t.Fatalf("Compose(%+v): %v", want, err)
		}
		back, err := Parse(c.String())
		if err != nil || back != c {
			t.Fatalf("Parse(%s) = %s, %v", c, back, err)
		}
		born, _ := c.BirthDate(today)
		if !born.Equal(want.Birth) || c.Gender() != want.Gender || c.Place() != want.Place ||
			len(c.Misfits(want)) != 0 {
			t.Fatalf("%s from %+v: born %v, misfits %v", c, want, born, c.Misfits(want))
		}
	}
}

func TestCompose(t *testing.T) {
	t.Parallel()
	tests := []struct {
		data Data
		want string
	}{
		{Data{"Rossi", "Mario", day(1985, time.December, 10), Male, "A562"}, "RSSMRA85T10A562S"},
		{Data{"Rossi", "Mario", day(1980, time.January, 1), Male, "F257"}, "RSSMRA80A01F257G"},
		{Data{"Bianchi", "Giulia", day(1972, time.June, 25), Female, "h501"}, "BNCGLI72H65H501H"},
		{Data{"Fo", "Ai", day(2001, time.December, 31), Female, "F257"}, "FOXAIX01T71F257T"},
		// four consonants: G, F, R
		{Data{"Ferrari", "Gianfranco", day(2000, time.February, 29), Male, "F257"}, "FRRGFR00B29F257A"},
	}
	for _, tt := range tests {
		if c, err := Compose(tt.data); err != nil || c.String() != tt.want {
			t.Errorf("Compose(%+v) = %s, %v, want %s", tt.data, c, err, tt.want)
		}
	}
}

func TestThreeLetters(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name          string
		family, given string
	}{
		{"Rossi", "RSS", "RSS"},
		{"D'Aloè", "DLA", "DLA"},
		{"De Benedetti", "DBN", "DND"},
		{"Nicolò", "NCL", "NCL"},
		{"Aia", "AIA", "AIA"},
		{"Fo", "FOX", "FOX"},
		{"Ò", "OXX", "OXX"},
		{"Müller", "MLL", "MLR"}, // M L L R: the 1st, 3rd and 4th
		{"Strauß", "STR", "SRS"},
		{"Łukasz", "LKS", "LSZ"},
		{"Sørensen", "SRN", "SNS"},
		{"Nì\u0300co", "NCI", "NCI"},
	}
	for _, tt := range tests {
		family, _ := threeLetters(tt.name, false)
		given, _ := threeLetters(tt.name, true)
		if string(family[:]) != tt.family || string(given[:]) != tt.given {
			t.Errorf("%q gives %s and %s, want %s and %s", tt.name, family, given, tt.family, tt.given)
		}
	}
}

func TestComposeRefuses(t *testing.T) {
	t.Parallel()
	whole := Data{"Rossi", "Mario", day(1985, time.December, 10), Male, "A562"}
	tests := []struct {
		change func(*Data)
		want   Part
	}{
		{func(d *Data) { d.FamilyName = " ' " }, FamilyName},
		{func(d *Data) { d.GivenName = "Юрий" }, GivenName},
		{func(d *Data) { d.Birth = time.Time{} }, Date},
		{func(d *Data) { d.Gender = Unknown }, Sex},
		{func(d *Data) { d.Place = "Modena" }, Place},
		{func(d *Data) { d.Place = "F25" }, Place},
		{func(d *Data) { d.Place = "1257" }, Place},
	}
	for _, tt := range tests {
		d := whole
		tt.change(&d)
		var got *Error
		if c, err := Compose(d); !errors.As(err, &got) || got.Part != tt.want || !c.IsZero() {
			t.Errorf("Compose(%+v) = %s, %v, want %s", d, c, err, tt.want)
		}
	}
}

func TestMisfits(t *testing.T) {
	t.Parallel()
	c, err := Parse("RSSMRA85T10A562S")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		data Data
		want []Part
	}{
		{Data{}, nil},
		{Data{FamilyName: "Rossi", GivenName: "Mario"}, nil},
		// Mario and Maria give the same letters
		{Data{FamilyName: "Rosi", GivenName: "Maria"}, []Part{FamilyName}},
		{Data{GivenName: "Marco", Gender: Female}, []Part{GivenName, Sex}},
		{Data{Birth: day(1985, time.November, 10)}, []Part{Month}},
		{Data{Birth: day(1984, time.December, 11)}, []Part{Year, Day}},
		{Data{Birth: day(1885, time.December, 10)}, nil},
		{Data{Place: "F257"}, []Part{Place}},
		{Data{FamilyName: "Bianchi", GivenName: "Giulia", Birth: day(1972, time.June, 25), Gender: Female,
			Place: "H501"},
			[]Part{FamilyName, GivenName, Year, Month, Day, Sex, Place}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, c.Misfits(tt.data)); diff != "" {
			t.Errorf("Misfits(%+v): (-want +got)\n%s", tt.data, diff)
		}
	}
}

func randomName(r *rand.Rand) string {
	letters := []rune("aeiouàèìòùbcdfglmnprstvz' ")
	name := []rune{'A' + rune(r.IntN(26))}
	for range r.IntN(12) {
		name = append(name, letters[r.IntN(len(letters))])
	}
	return string(name)
}
