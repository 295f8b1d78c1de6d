package crm

// Address is where a contact lives or has its seat; every part may be empty.
type Address struct {
	Street   string `bson:"street,omitempty"`
	Postcode string `bson:"postcode,omitempty"`
	Town     string `bson:"town,omitempty"`
}
