"""A shop whose products are called like brands, colours and other products."""

from tests.builders import make_product


def _product(item_id, title, category, **more):
    path = tuple(category.split(" > "))
    values = {"description": "", "brand": "", "price": 20.0, "attributes": {}}
    return make_product(item_id=item_id, title=title, category=path, **(values | more))


def _shoe(item_id, title, colour, sizes, **more):
    attributes = {"colour": colour, "sizes": sizes}
    return _product(item_id, title, "Clothing > Shoes", attributes=attributes, **more)


def _shirt(item_id, title, colour, size, **more):
    attributes = {"colour": colour, "size": size}
    return _product(item_id, title, "Clothing > T-shirts", attributes=attributes, **more)


PRODUCTS = [
    _shoe("shoe-red", "Running shoes Pace", "red", "36–48", brand="Stridely", price=45.0),
    _shoe("shoe-navy", "Running shoes Pace", "navy", "36–44", brand="Stridely", price=89.0),
    _shoe("shoe-white", "Leather shoes City", "off-white", "40–46", brand="On", price=129.0),
    _shoe("shoe-black", "Leather shoes City", ["black", "brown"], [41, 42, 43], brand="On", price=139.0),
    _shoe("shoe-zh", "缓震跑鞋", "红色", "36–42", brand="安踏", price=300.0, language="zh"),
    _shoe("shoe-zh-black", "越野跑鞋", "黑色", "39–46", brand="李宁", price=520.0, language="zh"),
    _shirt("shirt-red", "Cotton T-shirt", "red", "M", brand="Next", price=12.0),
    _shirt("shirt-green", "Cotton T-shirt", "forest green", "L", brand="Next", price=12.0),
    _shirt("shirt-blue", "Linen T-shirt", "light blue", "XL", brand="Alba & Moor", price=29.0),
    _shirt("shirt-orange", "Linen T-shirt", "orange", "S–XXL", brand="Alba & Moor", price=29.0),
    _shirt("shirt-dusk", "Wool T-shirt", "dusk", "S–L", brand="Alba & Moor", price=59.0),
    _shirt("shirt-zh", "纯棉T恤", "蓝色", "M", price=99.0, language="zh"),
    _shirt("shirt-zh-white", "亚麻T恤", "米白色", "L", price=129.0, language="zh"),
    _product("phone-1", "Smartphone 6", "Electronics > Phones", brand="Apple", price=699.0,
             attributes={"colour": "black", "storage": "128 GB"}),
    _product("phone-2", "Smartphone 7", "Electronics > Phones", brand="Apple", price=899.0,
             attributes={"colour": "white", "storage": "256 GB"}),
    _product("phone-zh", "智能手机", "Electronics > Phones", brand="小米", price=1999.0, language="zh",
             attributes={"colour": "黑色", "storage": "256 GB"}),
    _product("case-1", "Case for Apple smartphones", "Electronics > Cases", brand="Shell", price=15.0,
             attributes={"colour": "clear"}),
    _product("buds-zh", "蓝牙耳机", "Electronics > Headphones", brand="小米", price=199.0, language="zh",
             attributes={"colour": "白色"}),
    _product("buds-zh-2", "降噪蓝牙耳机", "Electronics > Headphones", brand="声科", price=699.0, language="zh",
             attributes={"colour": "黑色"}, in_stock=False),
    _product("headphones-1", "Wireless headphones", "Electronics > Headphones", brand="Halden Audio", price=79.0,
             attributes={"colour": "black"}),
    _product("headphones-2", "Studio headphones", "Electronics > Headphones", brand="Tonwerk", price=149.0,
             attributes={"colour": "silver"}, in_stock=False),
    _product("earbuds-1", "Earbuds for running", "Electronics > Earbuds", brand="Halden Audio", price=69.0,
             description="Small headphones that stay in.", attributes={"colour": "white"}),
    _product("stand-1", "Stand for headphones", "Electronics > Stands", brand="Keystead", price=25.0),
    _product("juice-1", "Apple juice", "Food > Juice", brand="Sunny Farm", price=3.0,
             attributes={"capacity": "1 l"}),
    _product("juice-2", "Orange juice", "Food > Juice", brand="Sunny Farm", price=3.5,
             attributes={"capacity": "1 l"}),
    _product("juice-zh", "橙汁", "Food > Juice", price=15.0, language="zh", attributes={"capacity": "1 l"}),
    _product("tea-1", "Green tea", "Food > Tea", brand="Teekontor", price=7.0, attributes={"weight_g": 100}),
    _product("tea-2", "Black tea", "Food > Tea", brand="Teekontor", price=6.0, attributes={"weight_g": 250}),
    _product("tea-zh", "绿茶", "Food > Tea", price=48.0, language="zh", attributes={"weight_g": 250}),
    _product("millet-zh", "有机小米粥", "Food > Grains", price=19.0, language="zh"),
    _product("oil-1", "Olive oil", "Food > Oil", price=12.0, attributes={"capacity": "500 ml"}),
    _product("soap-1", "Mint soap", "Beauty > Soap", price=4.0),
    _product("cream-1", "Hand cream with rose", "Beauty > Cream", price=8.0),
    _product("book-1", "Gold Coast travel guide", "Books > Travel", price=18.0),
    _product("book-2", "The orange tree, a novel", "Books > Novels", price=14.0),
    _product("book-zh", "红楼梦", "Books > Novels", price=39.0, language="zh"),
    _product("vinyl-1", "Live at Leeds", "Music > Vinyl", brand="The Who", price=32.0),
    _product("ring-1", "Ring with pearl", "Jewellery > Rings", price=220.0, attributes={"colour": "gold"}),
    _product("pan-24", "Frying pan", "Kitchen > Pots & Pans", brand="Hagedorn", price=39.0,
             attributes={"size": "24 cm", "colour": "black"}),
    _product("pan-28", "Frying pan", "Kitchen > Pots & Pans", brand="Hagedorn", price=49.0,
             attributes={"size": "28 cm", "colour": "black"}),
    _product("pan-zh", "平底锅", "Kitchen > Pots & Pans", price=159.0, language="zh",
             attributes={"size": "24 厘米", "colour": "灰色"}),
    _product("pack-18", "Backpack", "Travel > Backpacks", price=79.0,
             attributes={"capacity": "18 l", "colour": "grey"}),
    _product("pack-32", "Backpack", "Travel > Backpacks", price=119.0,
             attributes={"capacity": "32 l", "colour": "olive"}),
    _product("pack-zh", "登山背包", "Travel > Backpacks", price=399.0, language="zh",
             attributes={"capacity": "32 升", "colour": "军绿色"}),
    _product("screen-27", "Monitor", "Electronics > Monitors", price=249.0, attributes={"size": "27 inch"}),
    _product("screen-32", "Monitor", "Electronics > Monitors", price=349.0, attributes={"size": "32 inch"}),
    _product("duvet-1", "Duvet cover", "Home > Bedding", price=59.0,
             attributes={"size": "140 × 200 cm", "colour": "sage"}),
    _product("duvet-2", "Duvet cover", "Home > Bedding", price=69.0,
             attributes={"size": "200 × 220 cm", "colour": "white"}),
    _product("cable-1", "USB cable", "Electronics > Cables", price=9.0, attributes={"length_m": 1}),
    _product("cable-2", "USB cable", "Electronics > Cables", price=12.0, attributes={"length_m": 2}),
    _product("notebook-5", "Notebook", "Paper > Notebooks", price=11.0,
             attributes={"size": "A5", "colour": "blue"}),
    _product("notebook-4", "Notebook", "Paper > Notebooks", price=14.0,
             attributes={"size": "A4", "colour": "red"}),
    _product("bike-tools", "Multi-tool", "Cycling > Accessories", brand="Velomark", price=24.0),
    _product("belt", "Leather belt", "Clothing > Accessories", price=35.0, attributes={"colour": "brown"}),
    _product("lamp", "Desk lamp", "Home > Lamps", brand="Strömma", price=49.0, attributes={"colour": "white"}),
    _product("mug-red", "Mug", "Kitchen > Mugs", brand="Aldous & Son", price=9.5, attributes={"colour": "red"}),
    _product("mug-white", "Mug", "Kitchen > Mugs", brand="Aldous & Son", price=9.5, attributes={"colour": "white"}),
    _product("mug-zh", "马克杯", "Kitchen > Mugs", price=39.0, language="zh", attributes={"colour": "红色"}),
    _product("toy", "Building blocks for kids", "Toys > Blocks", brand="Pippin", price=22.0),
    _product("pencils-zh", "彩色铅笔", "Paper > Pencils", price=29.0, language="zh"),
    _product("board-zh", "白板笔", "Paper > Pencils", price=12.0, language="zh"),
]  # fmt: skip
