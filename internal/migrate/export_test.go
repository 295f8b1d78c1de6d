package migrate

func init() { pageSize = 50 }
