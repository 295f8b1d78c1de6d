package deskui

// SettingLabels returns the keys of the labels that the forms of reference data have, of all kinds, by field.
func SettingLabels() map[string]string {
	return map[string]string{
		"name": "crm.settings.name", "name.it": "crm.settings.name_it", "name.en": "crm.settings.name_en",
		"description.it": "crm.settings.description_it", "description.en": "crm.settings.description_en",
		"text.it": "crm.settings.text_it", "text.en": "crm.settings.text_en",
		"email": "crm.field.emails", "phone": "crm.field.phones", "order": "crm.settings.order",
		"inactive": "crm.settings.state",
	}
}
