package fiscalcode_test

import (
	"errors"
	"fmt"
	"time"

	"ascolto/internal/fiscalcode"
)

func ExampleParse() {
	c, err := fiscalcode.Parse(" bncgli72h65h501h ")
	if err != nil {
		fmt.Println(err)
		return
	}
	born, _ := c.BirthDate(time.Date(2026, time.November, 23, 0, 0, 0, 0, time.UTC))
	fmt.Println(c, born.Format(time.DateOnly), c.Gender() == fiscalcode.Female, c.Place())

	_, err = fiscalcode.Parse("BNCGLI72H65H501K")
	var wrong *fiscalcode.Error
	fmt.Println(errors.As(err, &wrong), wrong.Part)
	// Output:
	// BNCGLI72H65H501H 1972-06-25 true H501
	// true check
}

func ExampleCode_Misfits() {
	c, _ := fiscalcode.Parse("BNCGLI72H65H501H")
	fmt.Println(c.Misfits(fiscalcode.Data{FamilyName: "Bianchi", GivenName: "Giulio"}))
	fmt.Println(c.Misfits(fiscalcode.Data{FamilyName: "Verdi", GivenName: "Giulia", Gender: fiscalcode.Male}))
	// Output:
	// []
	// [family_name sex]
}
