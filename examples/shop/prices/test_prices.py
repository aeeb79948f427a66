import unittest

from prices import price_list


class PriceList(unittest.TestCase):
    def test_is_sorted_by_name(self):
        products = [{"name": "Bread", "price": "3.20"}, {"name": "Apples", "price": "2.50"}]
        self.assertEqual(price_list(products), "name,price\r\nApples,2.50\r\nBread,3.20\r\n")

    def test_quotes_names_with_commas(self):
        self.assertEqual(price_list([{"name": "Salt, fine", "price": "1"}]), 'name,price\r\n"Salt, fine",1\r\n')

    def test_of_an_empty_shop_is_its_heading(self):
        self.assertEqual(price_list([]), "name,price\r\n")


if __name__ == "__main__":
    unittest.main()
