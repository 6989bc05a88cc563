"""How many of each school stand at each level in a window, kept beside what is judged of each pupil.

``models`` the two tables; ``placing`` what they should say by everything else that is stored; ``judged`` the
same of pupils who have just been judged; ``keeping`` the way from what stands to what should stand;
``comparing`` counts everything anew and tells where the tables differ.
"""
