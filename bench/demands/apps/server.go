// POST /orders: parse a JSON order, total its lines, answer with JSON of about 1 KiB.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"os"
)

type line struct {
	Sku      string `json:"sku"`
	Name     string `json:"name"`
	Quantity int    `json:"quantity"`
	Price    int    `json:"price"`
	Subtotal int    `json:"subtotal"`
}

type order struct {
	ID       int    `json:"id"`
	Customer string `json:"customer"`
	State    string `json:"state"`
	Lines    []line `json:"lines"`
	Total    int    `json:"total"`
}

func place(w http.ResponseWriter, r *http.Request) {
	var o order
	if err := json.NewDecoder(r.Body).Decode(&o); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	o.State = "placed"
	for i := range o.Lines {
		o.Lines[i].Subtotal = o.Lines[i].Quantity * o.Lines[i].Price
		o.Total += o.Lines[i].Subtotal
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(o); err != nil {
		log.Print(err)
	}
}

func main() {
	http.HandleFunc("/orders", place)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
