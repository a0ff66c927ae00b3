"""Questions off every shop's topic, on which a knowledge base learns what it does not know."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from concierge.language.encoder import TextEncoder

_ENGLISH = """
who painted the ceiling of the sistine chapel
which river runs through the middle of vienna
how far away is the moon
why do cats purr
what do hedgehogs eat in winter
is a tomato a fruit or a vegetable
who wrote war and peace
what year did the berlin wall come down
how many bones does a human body have
what is the tallest waterfall on earth
explain the theory of relativity to a child
how does a vaccine train the immune system
why is the sea salty
what is the difference between a crocodile and an alligator
how do volcanoes erupt
which planet has the most moons
what is the speed of light
who discovered penicillin
how do birds know where to migrate
what does the word serendipity mean
how do you spell rhythm
what rhymes with orange
give me a synonym for happy
translate I love you into Italian
how do you say thank you in Japanese
what is the plural of octopus
write me a short story about a dragon
make up a riddle for my kids
tell me something funny
sing me a song
can you rap
write a birthday poem for my grandmother
what should I write in a wedding speech
help me with my maths homework
what is seventeen times twenty three
solve x squared plus two x equals eight
convert 40 fahrenheit to celsius
how many ounces are in a pound
what is the area of a circle with radius five
what is the probability of rolling two sixes
how do I write a loop in python
why does my code throw a null pointer exception
what is the difference between tcp and udp
how do I install linux on an old laptop
how do I undo my last git commit
what is a neural network
are you smarter than other robots
what are you made of
how old are you
do you have feelings
who is your boss
where do you live
do you sleep at night
what do you look like
are you married
do you believe in god
what is the meaning of life
is there life after death
do you like me
you are stupid
shut up
I am bored
I feel lonely today
I cannot sleep at night
my girlfriend broke up with me
how do I ask someone out on a date
how can I make more friends
my brother never listens to me
should I quit my job
how do I prepare for a job interview
how do I ask my manager for a raise
what should I study at university
which profession earns the most
how do I become a pilot
how do I lose weight quickly
what exercises strengthen my back
how long should I run to burn 300 calories
why does my knee hurt when I climb stairs
what helps against a sore throat
what are the symptoms of the flu
how many hours of sleep do adults need
is coffee bad for the heart
which vitamins are in spinach
how do I treat a sunburn
can dogs eat chocolate
how do I train a puppy not to bite
why is my goldfish swimming upside down
how long do turtles live
what breed of dog is best for children
how do I get rid of ants in the kitchen
what kills moss in a lawn
when should I prune roses
how do I grow tomatoes on a balcony
why are the leaves of my basil turning yellow
how do I unclog a sink
how do I fix a dripping tap
how do I paint a ceiling
which screws hold in plasterboard
how do I change a flat tyre
why does my car make a grinding noise
how often should engine oil be checked
what does the yellow light on the dashboard mean
how do I jump start a battery
what is the speed limit in germany
how do I get a driving licence
how do I cook rice so that it does not stick
how long do I boil an egg
what can I make with leftover chicken
recipe for pancakes please
how do I thicken a sauce
what wine goes with salmon
how do I sharpen a kitchen knife
what temperature should pork be inside
is it going to rain this weekend
will it snow at christmas
how hot is it in dubai right now
when does the sun set today
what time is it in tokyo
what day of the week was 4 july 1976
how many days until new year
when is easter next year
who won the world cup in 2010
what was the score of the game yesterday
who is the fastest runner in the world
how many players are in a volleyball team
what are the rules of cricket
when do the olympics start
how do I improve my backhand
how does the offside rule work
what is the best opening in chess
who played batman in the nineties
what films are on at the cinema tonight
recommend a good series about detectives
how does game of thrones end
who sings this song
what album should I listen to
what instrument is easiest to learn
when was mozart born
which museum has the mona lisa
who won the election
who is the prime minister of canada
how does a bill become a law
what is the national debt
when was the united nations founded
who was the first emperor of rome
why did the titanic sink
what caused the first world war
how long did the hundred years war last
who invented the telephone
what is the capital of australia
how many people live in brazil
what languages are spoken in switzerland
which countries border nepal
what is the currency of thailand
how high is kilimanjaro
what should I see in lisbon in two days
do I need a visa for vietnam
cheap flights to barcelona
what time does the next train to paris leave
how do I get from the airport to the city centre
what is the best beach in greece
how do I pack for a hiking trip
should I buy shares or bonds
what is the price of gold today
how does inflation work
how do mortgages work
what is bitcoin worth
how much tax will I pay on my salary
how do I start a company
how do I write a will
can my landlord raise the rent
how loud may my neighbours be at night
what is the age of consent
how do I sue somebody
call my mother
set an alarm for seven
turn off the lights in the bedroom
play some jazz
remind me to buy milk
take a selfie
open the window
read me the news
what is on my calendar
send a message to peter
flip a coin
pick a number between one and ten
what is your favourite food
which is better, cats or dogs
do aliens exist
are ghosts real
what is my horoscope
what does my dream about falling mean
how do magnets work
why is the sky blue
how are diamonds formed
what happens in a black hole
how long does it take to fly to mars
what did dinosaurs eat
which animal sleeps the most
how do bees make honey
how deep is the ocean
when was electricity discovered
what is the chemical symbol of iron
how is steel made
what is the boiling point of alcohol
hello there
good morning
bye
asdf
banana banana banana
blah blah blah
the quick brown fox jumps over the lazy dog
once upon a time there was a king
my favourite colour is green
I went to the park yesterday
it is raining outside
"""

_CHINESE = """
西斯廷教堂的天顶画是谁画的
多瑙河流经哪些国家
月亮离地球有多远
猫为什么会打呼噜
刺猬冬天吃什么
西红柿是水果还是蔬菜
战争与和平的作者是谁
柏林墙是哪一年倒的
人体有多少块骨头
世界上最高的瀑布在哪
给小孩讲讲相对论
疫苗是怎么起作用的
海水为什么是咸的
鳄鱼和短吻鳄有什么区别
火山是怎么喷发的
哪颗行星的卫星最多
光速是多少
青霉素是谁发现的
候鸟怎么认路
缘分这个词是什么意思
这个字怎么念
给我一个快乐的近义词
我爱你用意大利语怎么说
谢谢用日语怎么讲
写一个关于龙的小故事
出个谜语给孩子猜
说点好笑的
给我唱首歌
你会说唱吗
帮我给奶奶写首生日诗
婚礼致辞该怎么写
帮我做数学作业
十七乘以二十三等于多少
解方程x平方加2x等于8
四十华氏度是多少摄氏度
一斤等于多少克
半径为五的圆面积是多少
掷出两个六的概率是多少
python怎么写循环
为什么我的代码报空指针异常
tcp和udp有什么不同
旧笔记本怎么装linux
怎么撤销上一次git提交
什么是神经网络
你比别的机器人聪明吗
你是什么做的
你几岁了
你有感情吗
你的老板是谁
你住在哪里
你晚上睡觉吗
你长什么样
你结婚了吗
你相信神吗
人生的意义是什么
人死后会怎样
你喜欢我吗
你真笨
闭嘴
我好无聊
我今天觉得很孤独
我晚上睡不着
我女朋友跟我分手了
怎么约喜欢的人出去
怎样交到更多朋友
我弟弟从来不听我的
我该辞职吗
面试要怎么准备
怎么跟领导提涨工资
大学该学什么专业
什么职业最赚钱
怎么才能当飞行员
怎样快速减肥
什么运动能锻炼背部
跑多久能消耗三百卡
爬楼梯膝盖疼怎么回事
嗓子疼怎么办
流感有什么症状
成年人每天要睡几个小时
喝咖啡对心脏不好吗
菠菜里有什么维生素
晒伤了怎么处理
狗能吃巧克力吗
怎么训练小狗不咬人
金鱼为什么翻肚子
乌龟能活多久
适合小孩的狗是什么品种
厨房有蚂蚁怎么办
草坪上的苔藓怎么除
月季什么时候修剪
阳台怎么种番茄
罗勒叶子为什么发黄
水槽堵了怎么办
水龙头漏水怎么修
天花板怎么刷漆
轮胎没气了怎么换
汽车有异响是什么原因
机油多久换一次
仪表盘黄灯亮是什么意思
电瓶没电怎么搭电
德国高速限速多少
怎么考驾照
米饭怎么煮才不粘锅
鸡蛋要煮几分钟
剩下的鸡肉能做什么菜
红烧肉怎么做
怎么勾芡
三文鱼配什么酒
菜刀怎么磨
这个周末会下雨吗
圣诞节会下雪吗
迪拜现在多少度
今天几点日落
东京现在几点
离过年还有几天
明年中秋节是哪天
2010年世界杯谁是冠军
昨天的比赛比分是多少
世界上跑得最快的人是谁
排球队有几个人
板球的规则是什么
奥运会什么时候开始
怎么提高反手
越位是什么意思
国际象棋什么开局最好
九十年代谁演的蝙蝠侠
今晚电影院有什么片子
推荐一部好看的侦探剧
红楼梦的结局是什么
这首歌是谁唱的
什么乐器最容易学
莫扎特是哪年出生的
蒙娜丽莎在哪个博物馆
选举谁赢了
加拿大总理是谁
法律是怎么通过的
联合国是哪年成立的
秦始皇是哪一年统一中国的
泰坦尼克号为什么沉没
第一次世界大战的起因是什么
电话是谁发明的
澳大利亚的首都是哪里
巴西有多少人口
瑞士说什么语言
尼泊尔和哪些国家接壤
泰国的货币是什么
乞力马扎罗山有多高
里斯本两天怎么玩
去越南要签证吗
去巴塞罗那的便宜机票
下一班去巴黎的火车几点
从机场怎么去市中心
希腊哪个海滩最好
买股票还是买债券
今天金价多少
通货膨胀是怎么回事
房贷是怎么算的
比特币现在值多少
工资要交多少税
怎么开公司
遗嘱怎么写
房东可以涨房租吗
怎么起诉别人
给我妈打电话
定个七点的闹钟
把卧室的灯关了
放点爵士乐
提醒我买牛奶
打开窗户
念新闻给我听
我今天有什么日程
抛个硬币
从一到十选个数
你最喜欢吃什么
猫和狗哪个好
外星人存在吗
世界上有鬼吗
我今天的星座运势
梦见掉下来是什么意思
磁铁为什么能吸铁
天空为什么是蓝的
钻石是怎么形成的
黑洞里面是什么
飞到火星要多久
恐龙吃什么
哪种动物最爱睡觉
蜜蜂怎么酿蜜
海有多深
铁的化学符号是什么
钢是怎么炼成的
酒精的沸点是多少
你好
早上好
再见
哈哈哈哈
香蕉香蕉香蕉
从前有个国王
我最喜欢绿色
我昨天去公园了
外面在下雨
"""

# Where the shop speaks another language, the English ones serve if its encoder reads it.
PROBES: Mapping[str, tuple[str, ...]] = {
    "en": tuple(_ENGLISH.split("\n")[1:-1]),
    "zh": tuple(_CHINESE.split("\n")[1:-1]),
}


def off_topic_vectors(encoder: TextEncoder, language: str) -> NDArray[np.float32]:
    """Return float32 [n, d] of the questions in a language; none where there are none to read."""
    if language not in encoder.languages:
        return np.empty((0, encoder.dimensions), np.float32)
    probes = PROBES.get(language, PROBES["en"])
    return encoder.encode(probes, "query")
