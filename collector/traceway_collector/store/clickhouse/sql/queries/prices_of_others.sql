SELECT count() FROM prices WHERE book != {book:String}
